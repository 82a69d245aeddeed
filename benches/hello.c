/* The least that a program can do, for the start of one to be compared with. */
#include <stdio.h>

int main(void) {
    puts("hello 0.1.0");
    return 0;
}
