/**
 * Who may do what: callers, the roles that they are given, what an operation would let them become
 * on the host, and the audit log. See docs/roles.md.
 */
@NullMarked
package dev.priok.http.access;

import org.jspecify.annotations.NullMarked;
