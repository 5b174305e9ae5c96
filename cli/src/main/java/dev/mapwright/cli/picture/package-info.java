/** Pictures of address spaces: for a terminal, as SVG, and the walk for one address. */
@NullMarked
package dev.mapwright.cli.picture;

import org.jspecify.annotations.NullMarked;
