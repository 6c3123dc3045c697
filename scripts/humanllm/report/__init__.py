"""What ran, put together for people: the funnel, the page, the cards."""
