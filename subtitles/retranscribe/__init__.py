"""One kind of job, start to end: a recording is transcribed again, into a transcript of its own."""
