/** Driver Verifier: what it checks in addition, and what it lets fail. */
@NullMarked
package dev.mapwright.windows.verifier;

import org.jspecify.annotations.NullMarked;
