/** Tests of the model itself, and the campaigns that run it against the engine. */
@NullMarked
package dev.mapwright.proof.zircon;

import org.jspecify.annotations.NullMarked;
