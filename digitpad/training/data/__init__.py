"""What a network is trained on: read, drawn, varied and dealt out in batches."""
