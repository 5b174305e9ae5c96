/**
 * Reading text that was written by others: bounded lines, compressed or not, and errors that say
 * where.
 */
@NullMarked
package dev.mapwright.linux.input;

import org.jspecify.annotations.NullMarked;
