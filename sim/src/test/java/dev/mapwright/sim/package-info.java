/** Tests of the simulated machine as a whole. */
@NullMarked
package dev.mapwright.sim;

import org.jspecify.annotations.NullMarked;
