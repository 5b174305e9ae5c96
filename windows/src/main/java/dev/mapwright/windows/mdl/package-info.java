/** MDLs: what describes the pages of a buffer, locks them, and maps them. */
@NullMarked
package dev.mapwright.windows.mdl;

import org.jspecify.annotations.NullMarked;
