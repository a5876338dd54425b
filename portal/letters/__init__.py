"""The pages on which units are asked and answer: their letter, the letters of an area, what a reviewer makes of the answers."""
