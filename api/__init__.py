"""HTTP and the command line. Reads a request, calls one thing, writes a response; decides nothing."""
