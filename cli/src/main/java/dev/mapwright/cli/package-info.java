/** The command {@code mapwright}: reads arguments, calls the modules below, prints. */
@NullMarked
package dev.mapwright.cli;

import org.jspecify.annotations.NullMarked;
