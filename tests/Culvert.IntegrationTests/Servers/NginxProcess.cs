using Culvert.IntegrationTests.Processes;

namespace Culvert.IntegrationTests.Servers;

/// <summary>Debian's nginx in front of a server, with files and a port of its own.</summary>
internal sealed class NginxProcess : IAsyncDisposable
{
    private const string Upgrade =
        "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;";

    private readonly ChildProcess _child;
    private readonly TestDirectory _directory;

    private NginxProcess(ChildProcess child, TestDirectory directory, int port)
    {
        _child = child;
        _directory = directory;
        Address = new Uri($"http://127.0.0.1:{port}");
    }

    public Uri Address { get; }

    /// <summary>Starts it with the settings that articles show; it listens when this returns.</summary>
    /// <param name="server">The server behind it.</param>
    /// <param name="buffering">False for <c>proxy_buffering off</c>; true leaves nginx's default.</param>
    /// <param name="upgrade">False for an nginx that nobody told to pass <c>Upgrade</c> on.</param>
    public static Task<NginxProcess> StartAsync(Uri server, bool buffering, bool upgrade = true) =>
        StartAsync((_, port) => Simple(port, server, buffering, upgrade));

    /// <summary>Starts it with a file of deploy/nginx, in front of these servers.</summary>
    public static Task<NginxProcess> StartDeployedAsync(string name, params IReadOnlyList<Uri> servers) =>
        StartAsync((directory, port) =>
        {
            var folder = Path.Combine(Programs.Repository, "deploy", "nginx");
            File.Copy(Path.Combine(folder, "culvert-proxy.inc"), Path.Combine(directory, "culvert-proxy.inc"));
            var lines = File.ReadAllLines(Path.Combine(folder, name)).ToList();
            var first = lines.FindIndex(IsServer);
            var options = lines[first].Split(' ', StringSplitOptions.RemoveEmptyEntries)[2..];
            lines.RemoveAll(IsServer);
            lines.InsertRange(first, servers.Select(
                s => $"server {s.Authority} {string.Join(' ', options)}".TrimEnd(' ', ';') + ";"));
            return string.Join('\n', lines)
                .Replace("listen 80;", $"listen 127.0.0.1:{port};", StringComparison.Ordinal)
                .Replace("/etc/nginx/conf.d", directory, StringComparison.Ordinal);

            static bool IsServer(string line) => line.TrimStart().StartsWith("server ", StringComparison.Ordinal)
                && line.EndsWith(';');
        });

    private static async Task<NginxProcess> StartAsync(Func<string, int, string> write)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort.Find();
            var directory = new TestDirectory();
            var file = directory.File("nginx.conf");
            var text = Configuration(directory.Path, write(directory.Path, port));
            await File.WriteAllTextAsync(file, text, Bounded.Cancelled);
            var child = ChildProcess.Start(
                "/usr/sbin/nginx", ["-p", directory.Path, "-e", "stderr", "-c", file], directory: directory.Path);
            var nginx = new NginxProcess(child, directory, port);
            try
            {
                // It binds before it starts its workers.
                await child.Errors
                    .FirstAsync(l => l.Contains("start worker process ", StringComparison.Ordinal))
                    .Within(30);
                return nginx;
            }
            catch (InvalidOperationException) when (attempt < 5 && child.Errors.Lines.Any(IsPortTaken))
            {
                await nginx.DisposeAsync();
            }
            catch
            {
                await nginx.DisposeAsync();
                throw;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _child.DisposeAsync();
        _directory.Dispose();
    }

    private static bool IsPortTaken(string line) => line.Contains("Address already in use", StringComparison.Ordinal);

    private static string Configuration(string directory, string sites) =>
        $$"""
        user {{Environment.UserName}};
        worker_processes 1;
        daemon off;
        pid {{directory}}/pid;
        error_log stderr notice;
        events { worker_connections 4096; }
        http {
            access_log off;
            client_body_temp_path {{directory}}/body; proxy_temp_path {{directory}}/proxy;
            fastcgi_temp_path {{directory}}/fastcgi; uwsgi_temp_path {{directory}}/uwsgi;
            scgi_temp_path {{directory}}/scgi;
            {{sites}}
        }
        """;

    private static string Simple(int port, Uri server, bool buffering, bool upgrade) =>
        $$"""
        map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
        server {
            listen 127.0.0.1:{{port}};
            location / {
                proxy_pass {{server.GetLeftPart(UriPartial.Authority)}};
                proxy_http_version 1.1;
                proxy_set_header Host $http_host;
                proxy_set_header X-Real-IP $remote_addr;
                {{(upgrade ? Upgrade : "")}}
                proxy_read_timeout 300s;
                {{(buffering ? "" : "proxy_buffering off;")}}
            }
        }
        """;
}
