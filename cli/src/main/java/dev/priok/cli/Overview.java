package dev.priok.cli;

/** The help of {@code priok} itself. */
final class Overview {
  private Overview() {}

  static String text() {
    return """
    Usage:  priok [OPTIONS] COMMAND

    Runs containers on a Priok or Docker engine

    Common Commands:
      run         Create and run a new container from an image
      exec        Execute a command in a running container
      ps          List containers
      pull        Download an image from a registry
      images      List images
      version     Show the version information of the command and the engine
      info        Display system-wide information

    Management Commands:
      certs       Make certificates, to reach an engine from other machines
      checkpoint  Manage checkpoints
      container   Manage containers
      image       Manage images
      network     Manage networks
      roles       Explain what a file of roles means for somebody
      storage     Look after the storage of a stopped engine on this machine
      system      Manage the engine
      volume      Manage volumes

    Commands:
      attach      Attach local standard input, output, and error streams to a running container
      cp          Copy files/folders between a container and the local filesystem
      create      Create a new container
      diff        Inspect changes to files or directories on a container's filesystem
      events      Get real time events from the server
      export      Export a container's filesystem as a tar archive
      history     Show the history of an image
      import      Import the contents from a tarball to create a filesystem image
      inspect     Return low-level information on objects of the engine
      kill        Kill one or more running containers
      load        Load an image from a tar archive or STDIN
      logs        Fetch the logs of a container
      pause       Pause all processes within one or more containers
      port        List port mappings or a specific mapping for the container
      rename      Rename a container
      restart     Restart one or more containers
      rm          Remove one or more containers
      rmi         Remove one or more images
      save        Save one or more images to a tar archive (streamed to STDOUT by default)
      start       Start one or more stopped containers
      stop        Stop one or more running containers
      tag         Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE
      top         Display the running processes of a container
      unpause     Unpause all processes within one or more containers
      wait        Block until one or more containers stop, then print their exit codes

    Global Options:
          --config string      Location of docker's configuration files (default ~/.docker)
      -c, --context string     Docker's context to use
      -D, --debug              Print where an unexpected failure came from
      -H, --host string        Engine to talk to: unix://PATH, tcp://HOST:PORT or ssh://USER@HOST
                               (else PRIOK_HOST, DOCKER_HOST, or the local socket)
      -l, --log-level string   Taken for compatibility with docker
          --tls                Use TLS without verifying the engine
          --tlscacert string   Trust engines that this CA has signed (default ~/.docker/ca.pem)
          --tlscert string     Certificate of this client (default ~/.docker/cert.pem)
          --tlskey string      Key of that certificate (default ~/.docker/key.pem)
          --tlsverify          Use TLS and verify the engine
      -v, --version            Print version information and quit

    Run 'priok COMMAND --help' for more information on a command.
    """;
  }
}
