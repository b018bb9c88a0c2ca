namespace Culvert.Client;

/// <summary>Body of <c>POST /v1/users/{name}/password</c>.</summary>
internal sealed record PasswordBody(string Password);
