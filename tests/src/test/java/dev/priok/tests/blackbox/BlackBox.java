package dev.priok.tests.blackbox;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test of a running daemon by its real clients. Its methods may take a {@code DaemonUnderTest},
 * which all classes share; containers are removed after each method.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("blackbox")
@ExtendWith(SharedDaemon.class)
@interface BlackBox {}
