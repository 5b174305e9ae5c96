/** Recording programs with strace. */
@NullMarked
package dev.mapwright.cli.record;

import org.jspecify.annotations.NullMarked;
