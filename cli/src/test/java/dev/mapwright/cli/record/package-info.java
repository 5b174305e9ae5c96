/** Tests of how programs are recorded. */
@NullMarked
package dev.mapwright.cli.record;

import org.jspecify.annotations.NullMarked;
