package dev.priok.tests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The house of docs/architecture.md, as rules. The modules' poms say the same to javac. */
final class DependencyRulesTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.priok");

  @Test
  void modulesDependOnlyOnWhatTheyMay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("dev.priok..")
        .withOptionalLayers(true)
        .layer("kernel")
        .definedBy("dev.priok.kernel..")
        .layer("model")
        .definedBy("dev.priok.model..")
        .layer("host")
        .definedBy("dev.priok.host..")
        .layer("engine")
        .definedBy("dev.priok.engine..")
        .layer("http")
        .definedBy("dev.priok.http..")
        .layer("client")
        .definedBy("dev.priok.client..")
        .layer("cli")
        .definedBy("dev.priok.cli..")
        .layer("daemon")
        .definedBy("dev.priok.daemon..")
        .whereLayer("kernel")
        .mayNotAccessAnyLayer()
        .whereLayer("model")
        .mayNotAccessAnyLayer()
        .whereLayer("host")
        .mayOnlyAccessLayers("kernel", "model")
        .whereLayer("engine")
        .mayOnlyAccessLayers("host", "kernel", "model")
        .whereLayer("http")
        .mayOnlyAccessLayers("engine", "model")
        .whereLayer("client")
        .mayOnlyAccessLayers("model")
        .whereLayer("cli")
        .mayOnlyAccessLayers("client", "model")
        .check(CLASSES);
  }

  @Test
  void packagesFormNoCycles() {
    for (String module :
        new String[] {"kernel", "model", "host", "engine", "http", "client", "cli"}) {
      slices()
          .matching("dev.priok." + module + ".(*)..")
          .should()
          .beFreeOfCycles()
          .allowEmptyShould(true)
          .check(CLASSES);
    }
  }

  @Test
  void nettyStaysInsideHttp() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.priok.http..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(CLASSES);
  }

  @Test
  void systemCallsStayInsideKernel() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.priok.kernel..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.foreign.Linker")
        .check(CLASSES);
  }

  @Test
  void kernelAndClientKnowNoLibraries() {
    noClasses()
        .that()
        .resideInAPackage("dev.priok.kernel..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.slf4j..", "com.fasterxml..", "io.netty..", "org.apache..")
        .allowEmptyShould(true)
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAnyPackage("dev.priok.client..", "dev.priok.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.priok.kernel..", "dev.priok.host..", "org.apache.commons.compress..")
        .allowEmptyShould(true)
        .check(CLASSES);
  }
}
