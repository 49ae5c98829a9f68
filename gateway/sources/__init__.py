"""Who may post, and how it is proven."""
