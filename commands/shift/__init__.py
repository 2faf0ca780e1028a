"""`shift …`: posts, who is to stand there and when, and who answers for them."""
