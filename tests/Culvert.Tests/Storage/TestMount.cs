using System.Diagnostics;

namespace Culvert.Tests.Storage;

/// <summary>A small file system of its own, for full and read-only disks; only root can have one.</summary>
internal sealed class TestMount : IDisposable
{
    private readonly string _path;

    private TestMount(string path)
    {
        _path = path;
    }

    /// <summary>Mounts a tmpfs on the directory; null when this user may not.</summary>
    public static TestMount? TryMount(string path, string options) =>
        Environment.UserName == "root" && Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", path)
            ? new TestMount(path)
            : null;

    public void Dispose() => Assert.True(Run("umount", _path));

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
        Assert.NotNull(process);
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
