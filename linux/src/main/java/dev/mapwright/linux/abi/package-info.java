/**
 * The numbers of the Linux interface on x86-64: protections, flags, advice and errors, by their own
 * names.
 */
@NullMarked
package dev.mapwright.linux.abi;

import org.jspecify.annotations.NullMarked;
