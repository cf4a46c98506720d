"""Writing: attributions, their import and hand-over, and what people say of them."""
