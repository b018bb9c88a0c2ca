namespace Culvert.IntegrationTests.Processes;

/// <summary>Starts a program of Peers, each with what runs it.</summary>
internal static class PeerProgram
{
    /// <param name="name">A file of Peers; .py or .js.</param>
    /// <param name="arguments">Of the program.</param>
    public static ChildProcess Start(string name, params string[] arguments)
    {
        string[] all = [Programs.Peer(name), .. arguments];
        if (Path.GetExtension(name) == ".py")
        {
            // Programs that import another must not leave a compiled one in the repository.
            return ChildProcess.Start(
                Programs.Python, all, new Dictionary<string, string?> { ["PYTHONDONTWRITEBYTECODE"] = "1" });
        }

        Assert.True(
            Programs.NodeModules is { Length: > 0 },
            "CULVERT_TEST_NODE_MODULES must name the folder of the module ws");
        return ChildProcess.Start(
            "node", all, new Dictionary<string, string?> { ["NODE_PATH"] = Programs.NodeModules });
    }
}
