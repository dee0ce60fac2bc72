"""Pages that never were: real digits set on synthetic paper, photographed, and the truth known."""
