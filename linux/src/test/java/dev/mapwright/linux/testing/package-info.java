/** What the tests of several packages share. */
@NullMarked
package dev.mapwright.linux.testing;

import org.jspecify.annotations.NullMarked;
