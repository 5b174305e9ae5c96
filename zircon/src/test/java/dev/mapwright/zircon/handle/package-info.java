/** Tests of the handle table. */
@NullMarked
package dev.mapwright.zircon.handle;

import org.jspecify.annotations.NullMarked;
