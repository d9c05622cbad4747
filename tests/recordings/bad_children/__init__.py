"""What a decoder might do that was taken over by the file it decodes."""
