/** The Linux personality: mmap and its family, and recorded runs of real programs. */
@NullMarked
package dev.mapwright.linux;

import org.jspecify.annotations.NullMarked;
