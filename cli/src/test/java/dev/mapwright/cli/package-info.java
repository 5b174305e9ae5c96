/** Tests of the command, called inside this JVM. */
@NullMarked
package dev.mapwright.cli;

import org.jspecify.annotations.NullMarked;
