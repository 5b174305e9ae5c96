/** The Magenta personality: handles, rights, address regions and memory objects. */
@NullMarked
package dev.mapwright.zircon;

import org.jspecify.annotations.NullMarked;
