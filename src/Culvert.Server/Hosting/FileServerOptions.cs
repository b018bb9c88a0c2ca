using Culvert.Server.Files;

namespace Culvert.Server.Hosting;

/// <summary>What <see cref="FileServer"/> serves, and where.</summary>
public sealed record FileServerOptions
{
    /// <summary>An IP address, <c>localhost</c> or <c>*</c>. Default 127.0.0.1: nobody else reaches it.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>0 to 65535; 0 takes a free one. Default 8080.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>The directory and how it is served. Default: the current directory, without listings.</summary>
    public SiteOptions Files { get; init; } = new() { Root = "." };

    /// <summary>What is taken from anybody.</summary>
    public HttpOptions Http { get; init; } = new();

    /// <summary>The time for downloads to finish in once told to stop. Default 4.5 s.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(4.5);

    /// <summary>True to log the life of each connection too. Default false.</summary>
    public bool Verbose { get; init; }
}
