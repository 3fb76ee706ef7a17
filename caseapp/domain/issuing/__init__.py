"""Letters of the organ (文书) to who brought a petition: drafted, checked, signed off, numbered and issued, served."""
