#include "store/dictionary.h"

const char dictionary[] = "";
const size_t dictionary_size = sizeof(dictionary) - 1;
