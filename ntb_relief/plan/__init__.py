"""What is answered: plans, how good they are proven to be, and the judge that checks them."""
