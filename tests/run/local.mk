# Whole runs of the program against the servers of the lab.
