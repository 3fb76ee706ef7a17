"""How long contacts of parties are kept once a case is archived, and what is proposed to be erased."""
