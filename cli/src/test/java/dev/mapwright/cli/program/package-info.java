/** Tests of programs that the command runs. */
@NullMarked
package dev.mapwright.cli.program;

import org.jspecify.annotations.NullMarked;
