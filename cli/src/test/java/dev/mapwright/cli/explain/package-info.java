/** Tests of the code books and the look-up in them. */
@NullMarked
package dev.mapwright.cli.explain;

import org.jspecify.annotations.NullMarked;
