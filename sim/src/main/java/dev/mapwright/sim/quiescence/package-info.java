/** How those who use translations and those who remove them get along. */
@NullMarked
package dev.mapwright.sim.quiescence;

import org.jspecify.annotations.NullMarked;
