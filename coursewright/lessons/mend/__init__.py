"""The single mends of a model's reply: each takes a text and a brief and gives the text and what it did."""
