/** Mappings whose addresses were reserved before. */
@NullMarked
package dev.mapwright.windows.reserved;

import org.jspecify.annotations.NullMarked;
