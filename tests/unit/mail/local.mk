# mail: tests of the sending side.
