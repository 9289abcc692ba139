SCORES = []
