"""One report, judged by itself: which rules fail, the smallest repair, the likely cause; pure, no database."""
