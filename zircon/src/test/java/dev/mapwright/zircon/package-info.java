/** Tests of the whole personality, through the call face and the Java face. */
@NullMarked
package dev.mapwright.zircon;

import org.jspecify.annotations.NullMarked;
