/** Java programs in source form: compiling them in memory, running them, telling what they did. */
@NullMarked
package dev.mapwright.cli.program;

import org.jspecify.annotations.NullMarked;
