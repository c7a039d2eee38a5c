"""Many exercises held against the promises."""
