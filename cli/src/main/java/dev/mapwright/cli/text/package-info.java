/** Numbers as people read them. */
@NullMarked
package dev.mapwright.cli.text;

import org.jspecify.annotations.NullMarked;
