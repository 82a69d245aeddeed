/* The baseline for the startup time of a process. */
#include <stdio.h>

int main(void) {
    puts("hello 0.1.0");
    return 0;
}
