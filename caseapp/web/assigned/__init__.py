"""What was assigned from above (上级交办): its desk, and the county's sheet."""
