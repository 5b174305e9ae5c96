/** Tests of the pictures. */
@NullMarked
package dev.mapwright.cli.picture;

import org.jspecify.annotations.NullMarked;
