"""What is new or costly is done beside the server, in a process of the lowest priority: whoever asks for what is known and cheap
waits neither for Python's lock nor for the processor.

errands.py says what is done there, process.py keeps the process, link.py carries questions and answers between the two.
"""
